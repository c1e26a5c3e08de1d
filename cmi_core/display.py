"""Numbers as people read them. Rounding happens here and nowhere else; a half rounds up."""

from fractions import Fraction


def one_decimal(value: Fraction) -> str:
    """2.3666... as "2.4"."""
    tenths = (value * 20 + 1) // 2
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"


def two_decimals(value: Fraction) -> str:
    """2.3666... as "2.37": where a sum is shown and its parts should be seen to make it."""
    hundredths = (value * 200 + 1) // 2
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"


def whole(value: Fraction) -> str:
    """A health score: "41" where it is whole, else one decimal."""
    return str(value.numerator) if value.denominator == 1 else one_decimal(value)
