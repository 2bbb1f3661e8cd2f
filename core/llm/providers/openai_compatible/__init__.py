"""Every server that speaks OpenAI's chat completions: OpenAI, DeepSeek, Qwen, Ollama, vLLM ...

answers  what it answered, and what that cost
client   one attempt per question, behind the `LLM` protocol, in a way that the server takes
errors   what a refusal means: the key, the money, the model, the question
limits   what a 429 says
policy   what else is its own
ways     in which form a server is asked, and what its refusals teach about that
"""
