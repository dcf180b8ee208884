"""The Dataview Query Language: pages and their values, as Dataview 0.5.68 has them."""
