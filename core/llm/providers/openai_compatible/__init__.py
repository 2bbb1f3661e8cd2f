"""Every server that speaks OpenAI's chat completions: OpenAI, DeepSeek, Qwen, Ollama, vLLM ...

answers  what it answered, and what that cost
client   one attempt per question, behind the `LLM` protocol, in a way that the server takes
errors   what a refusal means: the key, the money, the model, the question
limits   what a 429 says
policy   what else is its own
ways     how a model is asked: its answer's form, its room; what a refusal teaches about them
"""
