"""The OpenAPI document of the API, made of its routes and of what they do not say themselves."""
