"""The project's own Pelican plugins, named in pelicanconf.py."""
