"""What people see: frozen data in, Block Kit out. No I/O and no clock; a form or a message is one file."""
