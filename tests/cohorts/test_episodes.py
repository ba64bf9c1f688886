"""The definition of an episode, rule by rule."""

from __future__ import annotations

from kg.cohorts.episodes import Count, find_episodes


def count(row: int, low: dict[str, tuple[int, float]] | None = None, normal: str = "", time: float | None = None) -> Count:
    lows = tuple((line, depth, value) for line, (depth, value) in (low or {}).items())
    return Count(row, float(row) if time is None else time, lows, frozenset(normal.split()))


LOW = {"anc": (5, 1.2)}


def test_normal_counts_are_no_episode() -> None:
    assert find_episodes([count(0, normal="anc wbc"), count(1, normal="anc wbc")]) == []


def test_a_fall_after_a_normal_count_until_recovery() -> None:
    (episode,) = find_episodes(
        [count(0, normal="anc"), count(1, LOW), count(2, {"anc": (6, 0.4)}), count(3, LOW), count(9, normal="anc")]
    )
    assert (episode.first.row, episode.lowest.row, episode.days, len(episode.counts)) == (1, 2, 8.0, 3)
    assert episode.end is not None
    assert episode.end.row == 9
    assert episode.before is not None
    assert episode.before.row == 0


def test_a_low_first_count_has_no_known_fall() -> None:
    (episode,) = find_episodes([count(0, LOW), count(1, normal="anc")])
    assert episode.before is None


def test_a_count_without_the_low_line_ends_nothing() -> None:
    (episode,) = find_episodes([count(0, LOW), count(1, normal="wbc"), count(2, normal="wbc anc")])
    assert episode.end is not None
    assert episode.end.row == 2


def test_every_low_line_must_recover() -> None:
    (episode,) = find_episodes([count(0, LOW | {"alc": (4, 0.8)}), count(1, {"alc": (4, 0.9)}, "anc"), count(2, normal="alc")])
    assert episode.end is not None
    assert episode.end.row == 2


def test_a_line_that_falls_again_goes_on() -> None:
    counts = [count(0, LOW | {"alc": (4, 0.8)}), count(1, {"alc": (4, 0.9)}, "anc"), count(2, LOW, "alc"), count(3, normal="anc")]
    (episode,) = find_episodes(counts)
    assert len(episode.counts) == 3


def test_an_episode_without_recovery_is_open() -> None:
    (episode,) = find_episodes([count(0, normal="anc"), count(1, LOW)])
    assert episode.end is None
    assert episode.days is None


def test_two_falls_are_two_episodes() -> None:
    found = find_episodes([count(0, LOW), count(1, normal="anc"), count(2, LOW), count(3, normal="anc")])
    assert [(e.first.row, e.before.row if e.before else None) for e in found] == [(0, None), (2, 1)]


def test_the_deepest_finding_is_lowest_and_the_first_of_equals() -> None:
    (episode,) = find_episodes(
        [count(0, {"wbc": (2, 1.0)}), count(1, {"anc": (6, 0.4)}), count(2, {"anc": (6, 0.4)}), count(3, {"wbc": (2, 0.9)})]
    )
    assert episode.lowest.row == 1


def test_the_fall_is_that_of_the_line_that_fell_last() -> None:
    counts = [
        count(0, {"alc": (4, 0.8)}),
        count(4, {"alc": (4, 0.7), "anc": (6, 0.3)}),
        count(5, {"alc": (4, 0.7), "anc": (7, 0.1)}),
    ]
    (episode,) = find_episodes(counts)
    assert (episode.first.row, episode.fall.row, episode.lowest.row) == (0, 4, 5)
