"""The digest: from sources to a report, in one direction; knows nothing of Telegram.

    models   errors                 values and their failures; no I/O (values, points: its parts)
    identity merge visible          one paper, one identity; readable characters; no I/O
    fetch/                          sources and full texts -> Paper, Document
    score/                          local ranking (free, all papers), judging (model, shortlist)
    analyze/                        a Document -> Analysis, by a model or by extraction
    llm/                            one question to a model: chain, quota planner, providers
    store/                          the only place with SQL
    digest                          the pipeline on one screen: gathering, scoring, reading
    gathering scoring readings      its steps; what has to wait is queued and mended
    judging usual                   a model's scores, each paid for once; a month's, to compare
    quarantine flags links          papers that speak to the model, who is told, foreign links
    withdrawn                       papers their authors took back
    figures licences                a paper's main figure, and whether it may be passed on
    wish                            what an audience wants of a day
    aside workers worker            work on strangers' texts, in processes that can be stopped
    progress deadline               who watches them, and until when anybody is waited for
    report/                         Digest -> Markdown and JSON; no I/O

Nothing here reads the environment, the clock or the working directory: they are arguments.
"""
