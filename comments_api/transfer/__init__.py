"""Comments from and to other systems: readers, the import itself, exports."""
