"""Everything about a paper's main figure: which it is, whether it may be shown, its file.

arxiv     a paper's licence, HTML page and pictures, from arXiv
files     figures kept as files, the oldest making room for new ones
licences  which licences let a figure be passed on, and how a credit names them
main      which figure shows at a glance what the paper does
parse     the figures of an arXiv HTML page
pictures  pictures made fit for a phone, in the sandbox
service   a paper's main figure, with what may be done with it
"""
