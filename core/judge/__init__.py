"""A model's scores: asked for, checked, kept from each other's influence, stored.

anchors    papers a model scored before, shown to it again so that a score keeps its meaning
answers    a model's answer, paper by paper: used, or counted by what is wrong with it
batches    a list in as few questions as limits allow, evenly filled
grounds    whether a reason says only what title and abstract do
isolation  how far one paper's text can move scores: bounded
judge      `ModelJudge`: the shortlist scored in as few calls as limits allow
stored     `Judging`: known scores from the store, the others asked for once
topics     readers' own words as topics, understood by a model
"""
