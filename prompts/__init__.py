"""The questions to models, one Markdown file each; `core.llm.prompts` loads and checks them."""
