"""Who a row is: what identifies people, and which contact of the folder a row belongs to. Pure functions."""
