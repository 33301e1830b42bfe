"""«Menú y servicios»: what the shop sells, as its people see and change it."""
