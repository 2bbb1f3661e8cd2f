"""A model's scores: asked for, checked, kept from each other's influence, stored.

anchors    papers a model scored before, shown to it again for scale
answers    what a model said about papers, item by item
batches    a list in as few questions as limits allow, evenly filled
grounds    whether a model's reason says only what title and abstract do
isolation  what a paper's text can do to scores when the model that reads it obeys
judge      a model's scores for the shortlist, in as few calls as its limits allow, all asked at
stored     a model's scores
topics     a reader's own words as topics, and topics nobody has listed, understood by a model
"""
