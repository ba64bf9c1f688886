"""The model of support: priors, features, exposures, windows, as contributions that are summed."""
