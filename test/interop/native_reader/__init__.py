"""A reader of repomill's native format, one module for each part of src/layouts/native/format/FORMAT.md. ../reader.py is its command."""
