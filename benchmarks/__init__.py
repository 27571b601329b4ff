"""Speed as ratios: every figure is set against something measured in the same run on the same machine."""
