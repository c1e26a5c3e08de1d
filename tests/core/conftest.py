from hypothesis import settings

# A busy machine may stall any one example; how long it took says nothing about the property.
settings.register_profile("core", deadline=None)
settings.load_profile("core")
