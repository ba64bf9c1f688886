"""The model of support for many cases at once: the same answer as `Engine.explain`, without the words.

Every number comes from the model itself (`kg.reasoning.model`): what one statement, one drug, one age or one set of findings
says of each cause is asked of it once and kept as a row of numbers; a case is then the sum of a few rows. What the rows
cannot hold (the parts of a combination given together) is left to the engine. A test holds the order, the scores, the
shelves and the folding equal to the engine's. Pure; must not know where cases come from nor where answers go.
"""

from kg.reasoning.many.rank import Ranked, RankedCause, Ranker, rank_many
from kg.reasoning.many.table import Table

__all__ = ["Ranked", "RankedCause", "Ranker", "Table", "rank_many"]
