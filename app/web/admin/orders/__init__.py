"""«Pedidos»: the board, each order's steps, and those written down by hand."""
