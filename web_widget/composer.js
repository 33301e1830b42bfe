/* Where the customer writes: a growing field, one attachment, Enter to send. */
import { element, icon } from './element.js';
import { say } from './texts.js';

const TYPES = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'];
const MB = 1024 * 1024;

export class Composer {
  #form;
  #field;
  #chip;
  #problem;
  #maxMb;
  #file = null;
  #send;

  /** `send`: gets `{text, file}`. */
  constructor(form, { maxMb, send }) {
    this.#form = form;
    this.#field = form.querySelector('textarea');
    this.#chip = form.querySelector('#file-chip');
    this.#problem = form.querySelector('#file-problem');
    this.#maxMb = maxMb;
    this.#send = send;
    this.#listen();
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  #listen() {
    const input = this.#form.querySelector('input[type=file]');
    this.#form.querySelector('#attach').addEventListener('click', () => input.click());
    input.addEventListener('change', () => {
      this.#attach(input.files[0]);
      input.value = '';
    });
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return; // 229: iOS while composing
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener('input', () => this.#grow());
    this.#field.addEventListener('paste', (event) => {
      const [file] = event.clipboardData?.files || [];
      if (!file) return;
      event.preventDefault();
      this.#attach(file);
    });
  }

  #submit() {
    const text = this.#field.value;
    if (!text.trim() && !this.#file) return;
    const file = this.#file;
    this.#field.value = '';
    this.#grow();
    this.#drop();
    this.#send({ text: text.trim() ? text : '', file });
  }

  #attach(file) {
    if (!file) return;
    const problem = this.#whatIsWrong(file);
    this.#drop();
    this.#problem.textContent = problem;
    this.#problem.hidden = !problem;
    if (problem) return;
    this.#file = file;
    const remove = element('button', { type: 'button', 'aria-label': say('remove_file', { name: file.name }), onclick: () => { this.#drop(); this.focus(); } }, icon('x', true));
    const look = element('span.th', { 'aria-hidden': 'true' }, icon('file-text'));
    this.#chip.replaceChildren(look, element('span.nm', {}, file.name, element('small', {}, weight(file.size))), remove);
    this.#chip.hidden = false;
    if (file.type.startsWith('image/')) thumbnail(file).then((canvas) => canvas && look.replaceChildren(canvas));
  }

  #whatIsWrong(file) {
    const values = { name: file.name, size: (file.size / MB).toFixed(1), max: this.#maxMb };
    if (!TYPES.includes(file.type)) return say('wrong_type', values);
    if (!file.size) return say('empty_file', values);
    return file.size > this.#maxMb * MB ? say('too_big', values) : '';
  }

  #drop() {
    this.#file = null;
    this.#chip.hidden = true;
    this.#chip.replaceChildren();
    this.#problem.hidden = true;
  }

  /** Where CSS cannot (field-sizing), the field grows by script. */
  #grow() {
    if (CSS.supports('field-sizing', 'content')) return;
    this.#field.style.height = 'auto';
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
  }
}

function weight(bytes) {
  return bytes < MB ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / MB).toFixed(1)} MB`;
}

/** A small square on a canvas: no address is made for the file, so the page's policy need not allow any. */
async function thumbnail(file) {
  try {
    const bitmap = await createImageBitmap(file);
    const canvas = element('canvas', { width: '88', height: '88' });
    const scale = 88 / Math.min(bitmap.width, bitmap.height);
    const [width, height] = [bitmap.width * scale, bitmap.height * scale];
    canvas.getContext('2d').drawImage(bitmap, (88 - width) / 2, (88 - height) / 2, width, height);
    return canvas;
  } catch {
    return null;
  }
}
