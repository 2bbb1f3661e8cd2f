"""Texts that speak to the model: found, and kept out of the prompt. Pure.

detect      sentences that speak to the model that reads a paper, instead of to its readers
quarantine  papers and documents without those sentences, as a model may see them
"""
