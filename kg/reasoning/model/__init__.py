"""The model of support: what each input of a case says of each cause, as parts that are summed.

A naive Bayesian network over causes and findings, scored by log odds. For one cause the score is

    scale * log(share behind the finding)                       demography, shares    prior odds, pooled from cohorts
    + age, sex                                                   demography            likelihood of who the patient is
    + exposure, window, condition, gate                          exposure, time        what the patient was exposed to
    + sum over present signs of  scale * log(P(s | c) / P(s))    findings, features    noisy-OR with a leak
    + silence: present signs that the cause is not known for     findings              in proportion to its completeness
    + sum over absent signs of   scale * log((1-P(s | c)) / (1-P(s)))
    + tier, depth, lineage, sources                              prepared              how the evidence reaches the finding

Signs of one group (`ontology/redundant.tsv`) and several readings of the same words count once (`parts`). Every number
stands in `ontology/weights.tsv` with its reason. The sum orders the answer; it is support, never a probability of disease.
"""
