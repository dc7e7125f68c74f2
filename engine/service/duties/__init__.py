"""What units owe: issued, received, handed in, reviewed, counted, dated, objected to."""
