"""Case + graph -> Explanation: pure, deterministic, no I/O.

Owns the model of support (`scoring.py` says it in prose), the chains, and the questions why-not, what-if and what-next.
Must not know where a case came from nor how an answer is shown. Not named `explain`: that would hide `kg.explain`.
"""
