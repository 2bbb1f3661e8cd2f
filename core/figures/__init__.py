"""Everything about a paper's main figure: which it is, whether it may be shown, its file.

arxiv     what arXiv has of a paper's figures
files     figures kept as files, the oldest making room for new ones
licences  which licences let a paper's figure be passed on, and how a credit names them
main      which of a paper's figures shows at a glance what it does
parse     the figures of an arXiv HTML page
pictures  pictures made fit for a phone
service   a paper's main figure
"""
