"""The ten elements of a consent, one by one."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from facilitator.referral import consent
from facilitator.referral.consent import Element, Form, Kind, Recipient, Scope, Signature
from tests.referral.recorded import DRAWN, SIGNED, TYPED, a_form

MISSING: dict[Element, Callable[[], Form]] = {
    Element.PATIENT: lambda: a_form(patient="  "),
    Element.DISCLOSER: lambda: a_form(discloser=""),
    Element.INFORMATION: lambda: a_form(scope=(Scope.IDENTITY, Scope.COVERAGE)),
    Element.RECIPIENTS: lambda: a_form(recipients=()),
    Element.PURPOSE: lambda: a_form(scope=()),
    Element.REVOCATION: lambda: a_form(phone=""),
    Element.EXPIRY: lambda: a_form(expires_at=None),
}


def test_a_whole_consent_lacks_nothing() -> None:
    assert consent.lacks(a_form(), TYPED, SIGNED) == ()
    assert consent.lacks(a_form(), DRAWN, SIGNED) == ()


def test_there_are_ten_elements_and_each_is_in_the_signed_text() -> None:
    assert len(Element) == 10
    text = consent.text_of(a_form(), TYPED, SIGNED, witness="Zoë Hart")
    cards = consent.cards(a_form(), TYPED, SIGNED)
    assert [card.element for card in cards] == list(Element)
    assert all(card.text in text and all(line in text for line in card.lines) for card in cards)
    assert consent.NOTICE in text
    assert "Witness\nZoë Hart" in text


@pytest.mark.parametrize("element", MISSING)
def test_without_one_element_it_cannot_be_signed(element: Element) -> None:
    assert consent.MISSING[element] in consent.lacks(MISSING[element](), TYPED, SIGNED)


@pytest.mark.parametrize(
    "signature",
    [None, Signature(Kind.TYPED, " "), Signature(Kind.DRAWN, "Caleb"), Signature(Kind.DRAWN, "", [[(1, 2)]])],
)
def test_without_a_name_or_without_its_drawing_it_is_not_signed(signature: Signature | None) -> None:
    assert consent.lacks(a_form(), signature, SIGNED) == (consent.MISSING[Element.SIGNATURE],)


def test_without_a_date_it_is_not_signed() -> None:
    assert consent.lacks(a_form(), TYPED, None) == (consent.MISSING[Element.DATE],)


def test_a_consent_that_has_ended_already_cannot_be_signed() -> None:
    ended = a_form(expires_at=SIGNED - timedelta(seconds=1))
    assert consent.lacks(ended, TYPED, SIGNED) == (consent.MISSING[Element.EXPIRY],)


def test_a_nameless_treatment_center_is_none() -> None:
    nameless = a_form(recipients=(Recipient("first", " "),))
    assert consent.lacks(nameless, TYPED, SIGNED) == (consent.MISSING[Element.RECIPIENTS],)


def test_the_words_follow_what_was_ticked() -> None:
    narrow = a_form(scope=(Scope.IDENTITY, Scope.CARE), recipients=(Recipient("first", "Harbor Ridge"),))
    text = consent.text_of(narrow, TYPED, SIGNED)
    assert consent.TOLD[Scope.TRAVEL] not in text
    assert "payment" not in text
    assert "Millbrook" not in text


def test_the_script_says_all_that_is_read_before_signing() -> None:
    script = consent.script(a_form())
    for card in consent.cards(a_form())[:8]:
        assert card.text in script
    assert "Harbor Ridge, admissions." in script
    assert script.endswith(consent.ASKED)


def test_a_drawing_holds_numbers_only() -> None:
    assert consent.drawing(DRAWN).count("<polyline") == 2
    assert 'points="10,20 300,400"' in consent.drawing(DRAWN)
    assert "Caleb" not in consent.drawing(DRAWN)
