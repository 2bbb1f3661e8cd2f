"""Gemini, through google-genai.

answers      what it answered, and what that cost
client       one attempt per question, behind the `LLM` protocol
errors       what a refusal means: the key, the budget, the model, the question
policy       its day, its free tier (`limits.toml`), its prices (`prices.toml`)
rate_limits  what a 429 says
"""
