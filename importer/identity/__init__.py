"""Who a row is: by what people are known, and which contact of the folder a row belongs to. Pure."""
