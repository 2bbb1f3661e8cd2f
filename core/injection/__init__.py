"""Texts that speak to the model: found, and kept out of the prompt. Pure.

detect      sentences in plain sight that speak to the model that reads a paper, instead of to its
quarantine  papers and documents as a model may see them
"""
