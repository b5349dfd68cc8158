"""Reads a spreadsheet of an earlier system: its rows with their numbers, its headings, its dates.

Odoo's own reader (``base_import``) leaves out empty rows, and with them the number that a row has in the spreadsheet;
and it makes every cell up to the last one that was ever formatted, which can be the millionth row.
"""

import csv
import io
import re
import zipfile
import zlib
from datetime import date, timedelta
from functools import lru_cache

import openpyxl

from .party import search_words

LARGEST_FILE = 20 * 1024 * 1024
# What a compressed file may become: more would not fit in the memory of a worker.
LARGEST_CONTENT = 150 * 1024 * 1024
MOST_COLUMNS = 200
MOST_ROWS = 100_000
# What Excel shows for a formula that went wrong.
FORMULA_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
# Before these a spreadsheet would take a cell for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
# What comes of a file that is broken, or locked with a password.
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, SyntaxError),
    *(KeyError, IndexError, AttributeError, TypeError),
)
# Texts that are no table: PDF, RTF, HTML and XML.
OTHER_FILES = (b"%PDF", b"{\\rtf", b"<")
SEPARATORS = ";,\t|"
DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:\s.*)?")
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s].*)?")
# A day as Excel keeps it: the number of days since the end of 1899; here from 1954 to 2119.
EXCEL_BEGAN = date(1899, 12, 30)
EXCEL_DAY = re.compile(r"([2-7]\d{4})(?:\.\d+)?")
STREET_AND_NUMBER = re.compile(r"(.*?\D)\s+(\d+\s?\S*(?:\s\S{1,4})?)")

WORDS_OF_PERSON = {
    "reporter": (
        "",
        "melder",
        "aanmelder",
        "partij 1",
        "partij1",
        "p1",
        "bewoner",
        "client",
        "clientgegevens",
        "reporter",
    ),
    "other": (
        *("buur", "buren", "andere partij", "tegenpartij", "wederpartij", "partij 2", "partij2", "p2", "beklaagde"),
        *("other party", "neighbour", "tweede partij"),
    ),
    "third": ("partij 3", "partij3", "p3", "derde partij", "derde", "third person"),
}
WORDS_OF_FIELD = {
    "name": ("naam", "volledige naam", "achternaam", "name"),
    "address": ("adres", "adresgegevens", "address"),
    "street": ("straat", "straatnaam", "street"),
    "house_number": ("huisnummer", "huisnr", "nr", "house number"),
    "zip": ("postcode", "pc", "zip"),
    "city": ("plaats", "woonplaats", "stad", "city"),
    "phone": ("telefoon", "telefoonnummer", "tel", "telnr", "mobiel", "mobiele nummer", "06 nummer", "phone"),
    "email": ("email", "e mail", "mail", "emailadres", "e mailadres"),
    "language": ("taal", "voorkeurstaal", "language"),
}
WORDS_OF_CASE = {
    "old_number": (
        *("nummer", "zaaknummer", "zaaknr", "zaak", "dossiernummer", "dossiernr", "dossier", "id", "volgnummer"),
        *("casusnummer", "casus", "meldingsnummer", "case number", "number"),
    ),
    "reported_on": (
        *("datum", "meldingsdatum", "melddatum", "aanmelddatum", "datum melding", "datum aanmelding", "startdatum"),
        *("aangemeld op", "gemeld op", "datum binnenkomst", "reported on"),
    ),
    "closed_on": (
        *("einddatum", "afsluitdatum", "sluitingsdatum", "datum afsluiting", "datum afgesloten", "afgesloten op"),
        *("gesloten op", "datum einde", "closed on"),
    ),
    "area": ("wijk", "buurt", "gebied", "stadsdeel", "wijk buurt", "gemeente", "area", "neighbourhood"),
    "complaint": (
        *("klacht", "soort klacht", "type klacht", "klachtsoort", "hoofdklacht", "aard klacht", "aard overlast"),
        *("soort overlast", "type overlast", "overlast", "aard van de klacht", "probleem", "main complaint"),
    ),
    "other_complaint": ("nevenklacht", "bijklacht", "tweede klacht", "klacht 2", "other complaint"),
    "description": (
        *("omschrijving", "toelichting", "beschrijving", "opmerkingen", "opmerking", "situatie", "notities"),
        "description",
    ),
    "referrer_type": (
        *("verwijzer", "soort verwijzer", "type verwijzer", "aanmelder via", "aangemeld door", "verwezen door"),
        *("herkomst", "herkomst melding", "bron", "referrer type"),
    ),
    "organisation": ("organisatie", "verwijzende organisatie", "naam verwijzer", "verwijzende instantie", "referrer"),
    "result": (
        *("resultaat", "afsluitreden", "reden afsluiting", "wijze van afsluiten", "wijze afsluiting", "afloop"),
        *("eindresultaat", "result", "how it ended"),
    ),
    "outcome": ("opgelost", "is opgelost", "uitkomst", "outcome"),
    "taken_up": ("in behandeling", "in behandeling genomen", "behandeld", "opgepakt", "taken up"),
    "coordinator": ("coordinator", "casemanager", "behandelaar"),
    "mediator_1": ("bemiddelaar", "bemiddelaar 1", "vrijwilliger", "vrijwilliger 1", "mediator 1", "mediator"),
    "mediator_2": ("bemiddelaar 2", "vrijwilliger 2", "mediator 2"),
}
OUTCOMES = {
    "opgelost": "resolved",
    "ja": "resolved",
    "resolved": "resolved",
    "verbeterd": "improved",
    "deels": "improved",
    "deels opgelost": "improved",
    "gedeeltelijk": "improved",
    "gedeeltelijk opgelost": "improved",
    "improved": "improved",
    "niet opgelost": "not_resolved",
    "nee": "not_resolved",
    "not resolved": "not_resolved",
    "nvt": "not_applicable",
    "n v t": "not_applicable",
    "niet van toepassing": "not_applicable",
    "not applicable": "not_applicable",
}
YES_OR_NO = {
    **dict.fromkeys(("ja", "j", "x", "1", "true", "waar", "yes", "y"), True),
    **dict.fromkeys(("nee", "n", "0", "false", "onwaar", "no"), False),
}


class TooLarge(ValueError):
    """A file that is larger than what is read."""


def words(text):
    """Return a text as headings and values are compared: words in lower case, without accents and punctuation."""
    return " ".join(search_words(text))


def _headings():
    meant = {}
    for prefix, people in WORDS_OF_PERSON.items():
        for person in people:
            meant[words(person)] = f"{prefix}_name"
            for name, headings in WORDS_OF_FIELD.items():
                for heading in headings:
                    meant[words(f"{heading} {person}")] = meant[words(f"{person} {heading}")] = f"{prefix}_{name}"
    # What is about the case itself goes before.
    meant.update((words(heading), name) for name, headings in WORDS_OF_CASE.items() for heading in headings)
    return meant


# Which field is probably meant by a heading, in ``words``.
HEADINGS = _headings()


def read_rows(content):
    """Return the rows of a spreadsheet that are not empty, with their numbers; the first holds the headings.

    :param bytes content: of a CSV or XLSX file
    :return: a list of (number in the spreadsheet, list of the texts of its cells)
    :rtype: list[tuple]
    :raise TooLarge: for a file that is larger than what is read
    :raise ValueError: for a file that is no such spreadsheet
    """
    if len(content) > LARGEST_FILE:
        raise TooLarge
    rows = []
    for number, row in enumerate(_xlsx_rows(content) if content.startswith(b"PK") else _csv_rows(content), 1):
        cells = [_cell(value) for value in row]
        if any(cells):
            rows.append((number, cells))
        if len(rows) > MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise TooLarge
    return rows


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "").strip()
    if isinstance(value, date):
        return value.strftime("%d-%m-%Y")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def _xlsx_rows(content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST_CONTENT:
                raise TooLarge
        sheets = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets
        for sheet in sheets:
            # Some programs write a wrong size into the file.
            sheet.reset_dimensions()
        # A new spreadsheet has empty sheets too.
        yield from next(filter(_is_filled, sheets), sheets[0]).iter_rows(values_only=True)
    except UNREADABLE as error:
        raise ValueError("no spreadsheet") from error


def _is_filled(sheet):
    return any(any(map(_cell, row)) for row in sheet.iter_rows(values_only=True))


def _csv_rows(content):
    text = _decoded(content)
    if "\0" in text or content.startswith(OTHER_FILES):
        raise ValueError("no table")
    # On the first line stand the headings; there are no separators in these.
    first = next((line for line in text.splitlines() if line.strip(SEPARATORS + " ")), "")
    separator = max(SEPARATORS, key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise ValueError("no table") from error


def _decoded(content):
    """Return the text of a CSV file: in UTF-8 or UTF-16, or else as Excel writes it on Windows."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # A few bytes mean nothing there.
        return content.decode("cp1252", errors="replace")


@lru_cache(maxsize=10000)
def as_date(value):
    """Return the day in a cell: in the Dutch or the international order, or a number as Excel keeps it.

    :raise ValueError: for what is no day, or one that does not exist
    """
    if match := EXCEL_DAY.fullmatch(value):
        return EXCEL_BEGAN + timedelta(days=int(match[1]))
    if match := YEAR_FIRST.fullmatch(value):
        return date(*map(int, match.groups()))
    if match := DAY_FIRST.fullmatch(value):
        day, month, year = map(int, match.groups())
        return date(year + 2000 if year < 100 else year, month, day)
    raise ValueError(value)


def looks_like_date(value):
    """Return whether a text is written as a date, whether or not there is such a day."""
    return bool(DAY_FIRST.fullmatch(value) or YEAR_FIRST.fullmatch(value))


def street_and_number(address):
    """Return the street and the house number of an address in one cell."""
    match = STREET_AND_NUMBER.fullmatch(address)
    return match.groups() if match else (address, "")


def as_csv(rows):
    """Return a CSV file that Excel opens, in which no cell is taken for a formula.

    :param rows: lists of texts
    :rtype: bytes
    """
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(
        [f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell for cell in row] for row in rows
    )
    return text.getvalue().encode("utf-8-sig")
