"""Pictures about pictures: what a user looks at to see what was done.

Every view is a function from arrays to an array of uint8, which `convolve_native.images.write`
writes; none touches a file. Layers: above `images`, below the command line.
"""
