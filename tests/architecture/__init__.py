"""Gates: rules about the code itself, and a canary that shows that each rule can fail."""
