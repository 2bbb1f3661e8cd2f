"""Gemini, through google-genai.

client       one attempt per question, behind the `LLM` protocol
answers      what it answered, and what that cost
errors       what a refusal means: the key, the budget, the model, the question
rate_limits  what a 429 says
policy       its day, its free tier (`limits.toml`), its prices (`prices.toml`)
"""
