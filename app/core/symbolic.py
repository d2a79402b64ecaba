"""Sizes that are not, or not only, a number.

Two kinds of value share one algebra, the polynomial over named atoms:

* ``Symbol`` is a size that is not known while drawing (the batch ``B``, a sequence length ``T``). It is not an int.
* ``Traced`` is an int that also carries the expression that it came from. Code generation runs a block's own
  arithmetic on traced ints and so learns that 256 was ``planes * 4``, by reason and not by equal values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Union

Atom = Union[str, "Floor"]
Monomial = tuple[tuple[Atom, int], ...]
Number = int | Fraction


class Floor:
    """The atom ``numerator // denominator`` where the division need not be exact."""

    __slots__ = ("_hash", "_text", "denominator", "numerator")

    def __init__(self, numerator: Poly, denominator: Poly) -> None:
        self.numerator = numerator
        self.denominator = denominator
        self._hash = hash((numerator, denominator))
        self._text = ""

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Floor) and self.numerator == other.numerator and self.denominator == other.denominator

    def __str__(self) -> str:
        if not self._text:
            self._text = f"{_bracketed(self.numerator)}//{_bracketed(self.denominator)}"
        return self._text


class Quotient(Floor):
    """A division with a remainder that somebody wrote: ``filters // 4`` is said again as it was written."""

    __slots__ = ()


class Multiple(str):
    """The name of a number that is known to be a multiple of ``of``, so that dividing by it is exact."""

    __slots__ = ("of",)

    of: int

    def __new__(cls, name: str, of: int) -> Multiple:
        self = super().__new__(cls, name)
        self.of = of
        return self


class Poly:
    """A sum of products of atoms, with integer powers and rational coefficients; terms keep their order of birth."""

    __slots__ = ("_exactly", "_hash", "terms")

    terms: dict[Monomial, Number]
    """None of the coefficients is zero."""
    _exactly: tuple[tuple[Monomial, Number], ...] | None

    def __init__(self, terms: Mapping[Monomial, Number]) -> None:
        self.terms = {key: value for key, value in terms.items() if value}
        self._exactly = None
        self._hash = 0

    @classmethod
    def _of(cls, terms: dict[Monomial, Number]) -> Poly:
        """The polynomial of terms that are its own from now on, none of them zero."""
        self = cls.__new__(cls)
        self.terms = terms
        self._exactly = None
        self._hash = 0
        return self

    @staticmethod
    def atom(atom: Atom) -> Poly:
        return Poly._of({((atom, 1),): 1})

    @staticmethod
    @lru_cache(maxsize=4096)
    def constant(value: Number) -> Poly:
        return Poly._of({(): _whole(value)} if value else {})

    def __hash__(self) -> int:
        if not self._hash:
            self._hash = hash(frozenset(self.terms.items())) or 1
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Poly) and self.terms == other.terms)

    def __add__(self, other: Poly) -> Poly:
        terms = self.terms.copy()
        for key, value in other.terms.items():
            total = terms.get(key, 0) + value
            if total:
                terms[key] = total
            else:
                del terms[key]
        return Poly._of(terms)

    def __neg__(self) -> Poly:
        return Poly._of({key: -value for key, value in self.terms.items()})

    def __sub__(self, other: Poly) -> Poly:
        terms = self.terms.copy()
        for key, value in other.terms.items():
            total = terms.get(key, 0) - value
            if total:
                terms[key] = total
            else:
                del terms[key]
        return Poly._of(terms)

    def __mul__(self, other: Poly) -> Poly:
        factor = other.terms.get(())
        if factor is not None and len(other.terms) == 1:
            return Poly._of({key: _whole(value * factor) for key, value in self.terms.items()})
        terms: dict[Monomial, Number] = {}
        for left, a in self.terms.items():
            for right, b in other.terms.items():
                key = _product(left, right)
                terms[key] = terms.get(key, 0) + _whole(a * b)
        return Poly(terms)

    def divided(self, other: Poly) -> Poly | None:
        """The exact quotient where the divisor is a single term; None where it is not."""
        if len(other.terms) != 1:
            return Poly.constant(1) if self == other else None
        (monomial, coefficient), *_ = other.terms.items()
        inverse = tuple((atom, -power) for atom, power in monomial)
        return Poly._of({_product(key, inverse): _ratio(value, coefficient) for key, value in self.terms.items()})

    def floor_divided(self, other: Poly, made: type[Floor] = Floor) -> Poly:
        """``self // other``, exact where every term divides; ``made``: the atom where one does not."""
        number, divisor = self.number, other.number
        if number is not None and divisor is not None:
            return Poly.constant(number // divisor)
        quotient = self.divided(other)
        if quotient is not None and (quotient.is_integral or quotient.is_whole):
            return quotient
        return Poly.atom(made(self, other))

    @property
    def exactly(self) -> tuple[tuple[Monomial, Number], ...]:
        """A key that tells ``a + b`` and ``b + a`` apart, as a reader does."""
        if self._exactly is None:
            self._exactly = tuple(self.terms.items())
        return self._exactly

    @property
    def number(self) -> int | None:
        """The value of a constant, else None."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and () in self.terms:
            value = self.terms[()]
            return int(value) if value == int(value) else None
        return None

    @property
    def is_integral(self) -> bool:
        for key, value in self.terms.items():
            if value.__class__ is not int:
                return False
            for _, power in key:
                if power < 0:
                    return False
        return True

    @property
    def is_whole(self) -> bool:
        """Whether it is an integer for all values of its names, by what these are known to be multiples of."""
        return all(_is_whole_term(*term) for term in self.terms.items())

    @property
    def has_floor(self) -> bool:
        """Whether a block's own division in it need not be exact: then its number says more than its origin."""
        for monomial in self.terms:
            for atom, _ in monomial:
                if atom.__class__ is not str and _is_lost(atom):
                    return True
        return False

    @property
    def is_lost(self) -> bool:
        """Whether nothing but such divisions and numbers is in it."""
        return all(_is_lost(atom) for monomial in self.terms for atom, _ in monomial)

    def settled(self, names: Mapping[str, int]) -> Poly:
        """The same with the number of each division that need not be exact: ``width * 25`` for ``width * H * W``."""
        total = Poly.constant(0)
        for monomial, coefficient in self.terms.items():
            number = Fraction(coefficient)
            for atom, power in monomial:
                number *= Fraction(_divided(atom, names)) ** power if _is_lost(atom) else 1
            kept = tuple((atom, power) for atom, power in monomial if not _is_lost(atom))
            total += Poly({kept: _whole(number)})
        return total

    def over(self, other: Callable[[str], Poly]) -> Poly:
        """The same with what stands for each of its names."""
        if len(self.terms) == 1:
            (monomial, coefficient), *_ = self.terms.items()
            if coefficient == 1 and len(monomial) == 1 and monomial[0][1] == 1 and isinstance(monomial[0][0], str):
                return other(monomial[0][0])
        total = Poly.constant(0)
        for monomial, coefficient in self.terms.items():
            term = below = Poly.constant(1)
            for atom, power in monomial:
                if isinstance(atom, Floor):
                    found = atom.numerator.over(other).floor_divided(atom.denominator.over(other), type(atom))
                else:
                    found = other(atom)
                for _ in range(abs(power)):
                    term, below = (term * found, below) if power > 0 else (term, below * found)
            term *= Poly.constant(coefficient)
            quotient = term.divided(below)
            total += term.floor_divided(below) if quotient is None else quotient
        return total

    def atoms(self) -> Iterator[str]:
        """Names that the polynomial is over, in order, with repeats."""
        for monomial in self.terms:
            for atom, _ in monomial:
                if isinstance(atom, Floor):
                    yield from atom.numerator.atoms()
                    yield from atom.denominator.atoms()
                else:
                    yield atom

    def value(self, names: Mapping[str, int]) -> int:
        """The number for given values of all names; KeyError where one is missing."""
        whole = 0
        for monomial, coefficient in self.terms.items():
            if coefficient.__class__ is not int:
                break
            term: int = coefficient
            for atom, power in monomial:
                if power < 0 or atom.__class__ is not str:
                    break
                term *= names[atom] ** power
            else:
                whole += term
                continue
            break
        else:
            return whole
        total = Fraction(0)
        for monomial, coefficient in self.terms.items():
            product = Fraction(coefficient)
            for atom, power in monomial:
                base = names[atom] if isinstance(atom, str) else _divided(atom, names)
                product *= Fraction(base) ** power
            total += product
        return total.numerator // total.denominator

    def __str__(self) -> str:
        if not self.terms:
            return "0"
        text = ""
        for monomial, coefficient in self.terms.items():
            term = _term(monomial, -coefficient if coefficient < 0 else coefficient)
            sign = "-" if coefficient < 0 else "+"
            if not text and coefficient < 0:
                term = f"-{_alone(term) if _is_floor(monomial) and coefficient == -1 else term}"
            text = f"{text} {sign} {term}" if text else term
        return text


def _is_whole_term(monomial: Monomial, coefficient: Number) -> bool:
    product = Fraction(coefficient)
    for atom, power in monomial:
        if power < 0:
            return False
        product *= atom.of**power if isinstance(atom, Multiple) else 1
    return product.denominator == 1


def _divided(atom: Any, names: Mapping[str, int]) -> int:
    return int(atom.numerator.value(names) // atom.denominator.value(names))


def _is_lost(atom: Atom) -> bool:
    if not isinstance(atom, Floor):
        return False
    return atom.__class__ is Floor or atom.numerator.has_floor or atom.denominator.has_floor


def _product(left: Monomial, right: Monomial) -> Monomial:
    if not left:
        return right
    if not right:
        return left
    powers: dict[Atom, int] = dict(left)
    for atom, power in right:
        powers[atom] = powers.get(atom, 0) + power
    return tuple(sorted(((a, p) for a, p in powers.items() if p), key=lambda pair: str(pair[0])))


def _whole(value: Number) -> Number:
    return value if value.__class__ is int or value.denominator != 1 else value.numerator


def _ratio(value: Number, divisor: Number) -> Number:
    if value.__class__ is int and divisor.__class__ is int and not value % divisor:
        return value // divisor
    return _whole(Fraction(value) / divisor)


def _bracketed(poly: Poly) -> str:
    text = str(poly)
    return text if text.isidentifier() or text.isdigit() else f"({text})"


def _is_floor(monomial: Monomial) -> bool:
    return len(monomial) == 1 and isinstance(monomial[0][0], Floor)


def _alone(text: str) -> str:
    return f"({text})"


def _factor(atom: Atom, power: int) -> str:
    """An atom among others: a floor is bracketed, since ``2*(a//2)`` is not ``2*a//2``."""
    text = _alone(str(atom)) if isinstance(atom, Floor) else atom
    return text if power == 1 else f"{text}^{power}"


def _term(monomial: Monomial, coefficient: Number) -> str:
    if coefficient == 1 and len(monomial) == 1 and monomial[0][1] == 1:
        return str(monomial[0][0])
    above = [_factor(atom, power) for atom, power in monomial if power > 0]
    below = [_factor(atom, -power) for atom, power in monomial if power < 0]
    factor = Fraction(coefficient)
    if factor.numerator != 1 or not above:
        above.insert(0, str(factor.numerator))
    if factor.denominator != 1:
        below.append(str(factor.denominator))
    return "*".join(above) + "".join(f"//{name}" for name in below)


class Symbol:
    """A size that is not known while drawing: ``B``, ``T`` or what arithmetic made of them, ``(T - 1)//2 + 1``.

    Arithmetic with ints and symbols gives an int where the unknown cancels, else a symbol. Ordering is undefined:
    ask ``differ`` and ``smaller``, which answer True only where it is certain.
    """

    __slots__ = ("_hash", "poly")

    def __init__(self, of: str | Poly) -> None:
        self.poly = Poly.atom(of) if isinstance(of, str) else of
        self._hash = hash(self.poly)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbol) and self.poly == other.poly

    def __add__(self, other: Dim) -> Any:
        return _symbolic(self.poly + _poly(other))

    def __radd__(self, other: int) -> Any:
        return _symbolic(_poly(other) + self.poly)

    def __sub__(self, other: Dim) -> Any:
        return _symbolic(self.poly - _poly(other))

    def __rsub__(self, other: int) -> Any:
        return _symbolic(_poly(other) - self.poly)

    def __mul__(self, other: Dim) -> Any:
        return _symbolic(self.poly * _poly(other))

    __rmul__ = __mul__

    def __floordiv__(self, other: Dim) -> Any:
        return _symbolic(self.poly.floor_divided(_poly(other)))

    def __rfloordiv__(self, other: int) -> Any:
        return _symbolic(_poly(other).floor_divided(self.poly))

    def __mod__(self, other: Dim) -> Any:
        return self - (self // other) * other

    def __rmod__(self, other: int) -> Any:
        return other - (other // self) * self

    def __neg__(self) -> Any:
        return _symbolic(-self.poly)

    def __str__(self) -> str:
        return str(self.poly)

    def __repr__(self) -> str:
        return f"Symbol({self})"


class Traced(int):
    """An int that knows its provenance: ``poly`` over argument names and input sizes (``planes``, ``x.channels``).

    ``written`` is the formula as its author wrote it, on a value that comes straight from one.
    """

    poly: Poly
    written: str | None

    def __new__(cls, value: int, poly: Poly, written: str | None = None) -> Traced:
        self = super().__new__(cls, value)
        self.poly = poly
        self.written = written
        return self

    @staticmethod
    def of(value: int, name: str, multiple_of: int = 1) -> Traced:
        if multiple_of > 1:
            name = Multiple(name, multiple_of)
        return Traced(value, Poly.atom(name))

    @staticmethod
    def lost(value: int) -> Traced:
        """A number of which nothing is known but that it came from somewhere."""
        return Traced(value, NOWHERE)

    def __add__(self, other: int) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return Traced(int.__add__(self, other), self.poly + _provenance(other))

    def __radd__(self, other: int) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return Traced(int.__radd__(self, other), _provenance(other) + self.poly)

    def __sub__(self, other: int) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return Traced(int.__sub__(self, other), self.poly - _provenance(other))

    def __rsub__(self, other: int) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return Traced(int.__rsub__(self, other), _provenance(other) - self.poly)

    def __mul__(self, other: int) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return Traced(int.__mul__(self, other), self.poly * _provenance(other))

    def __rmul__(self, other: int) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return Traced(int.__rmul__(self, other), _provenance(other) * self.poly)

    def __floordiv__(self, other: int) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return Traced(int.__floordiv__(self, other), self.poly.floor_divided(_provenance(other)))

    def __rfloordiv__(self, other: int) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return Traced(int.__rfloordiv__(self, other), _provenance(other).floor_divided(self.poly))

    def __neg__(self) -> Traced:
        return Traced(int.__neg__(self), -self.poly)


LOST = "?"
"""What nothing is known of; no name that anybody can give."""

NOWHERE = Poly.atom(Floor(Poly.atom(LOST), Poly.constant(1)))
"""Where a number comes from of which nothing is known but that it came from somewhere."""


class Arguments(dict[str, Any]):
    """Arguments of a graph, and the formulas that those of them were given by which cannot carry their origin."""

    __slots__ = ("texts",)

    def __init__(self, values: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        super().__init__(values)
        self.texts = texts


Dim = int | Symbol


def quotient(dividend: int, divisor: int) -> int:
    """``dividend // divisor`` as somebody wrote it."""
    value = int(dividend) // int(divisor)
    if isinstance(dividend, Traced) or isinstance(divisor, Traced):
        return Traced(value, _provenance(dividend).floor_divided(_provenance(divisor), Quotient))
    return value


def exact_div(dividend: Dim, divisor: Dim) -> Any:
    """``dividend // divisor`` for a divisor that was checked, so that multiplying back gives the dividend."""
    if isinstance(dividend, Symbol) or isinstance(divisor, Symbol):
        quotient = _poly(dividend).divided(_poly(divisor))
        return _symbolic(quotient) if quotient is not None else dividend // divisor
    value = int(dividend) // int(divisor)
    if isinstance(dividend, Traced) or isinstance(divisor, Traced):
        quotient = _provenance(dividend).divided(_provenance(divisor))
        return Traced(value, quotient) if quotient is not None else dividend // divisor
    return value


def differ(a: Dim, b: Dim) -> bool:
    """True where two sizes are certainly different; two unknown sizes may be equal."""
    if isinstance(a, int) and isinstance(b, int):
        return a != b
    gap = (_poly(a) - _poly(b)).number
    return gap is not None and gap != 0


def smaller(a: Dim, b: int) -> bool:
    """True where ``a < b`` is certain."""
    return isinstance(a, int) and a < b


def indivisible(a: Dim, b: Dim) -> bool:
    """True where ``b`` certainly does not divide ``a``."""
    return isinstance(a, int) and isinstance(b, int) and (b == 0 or a % b != 0)


def merge(a: Dim, b: Dim) -> Dim:
    """The better known of two sizes that agree."""
    return b if isinstance(a, Symbol) and not isinstance(b, Symbol) else a


def product(dims: Iterator[Dim] | tuple[Dim, ...] | list[Dim]) -> Any:
    """The number of elements; provenance and symbols are kept."""
    total: Any = 1
    for dim in dims:
        total = dim if isinstance(total, int) and not isinstance(total, Traced) and total == 1 else total * dim
    return total


def _poly(value: Dim) -> Poly:
    return value.poly if isinstance(value, Symbol) else Poly.constant(int(value))


def _provenance(value: int) -> Poly:
    return value.poly if isinstance(value, Traced) else Poly.constant(int(value))


def _symbolic(poly: Poly) -> Dim:
    number = poly.number
    return Symbol(poly) if number is None else number
