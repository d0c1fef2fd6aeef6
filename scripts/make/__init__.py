"""Writers of what ships: example pictures, workflows, thumbnails, screenshots of results."""
