"""What an analyst turns and switches in JupyterLab. Widgets only: lower floors compute and draw what they show."""
