"""Pictures of the map and the trends: values in, PNG out. What draws is imported when first used."""
