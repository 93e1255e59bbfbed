"""Reads a text with a small fine-tuned sentence encoder: one margin a head, beside those of the linear weights."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Regex, Tokenizer, normalizers
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from facilitator.language.classifier import HEADS, WEIGHTS, Margins

MOST_TOKENS = 128
PAD, UNKNOWN, BEGIN, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
VOCABULARY = "vocabulary"
"""Under this name the model's file keeps its word pieces, one a line."""

_SAME_MARKS = {"[\u2018\u2019\u02bc`]": "'", "[\u201c\u201d\u00ab\u00bb]": '"', "[\u200b-\u200d\u00ad]": ""}
"""Marks that differ from device to device and mean the same, or nothing."""


class Encoder:
    """A packed model. One thread, no lock needed: many threads may ask at once."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # The weights are stored as bytes and unpacked once, here, instead of at every run.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        pieces = self._session.get_modelmeta().custom_metadata_map[VOCABULARY].split("\n")
        self._tokenizer = tokenizer_of(pieces)

    def margins(self, texts: Sequence[str]) -> list[Margins]:
        """How far each head leans to yes (above 0) or no, for each of the texts."""
        read = self._tokenizer.encode_batch(list(texts))
        ids = np.array([each.ids for each in read], dtype=np.int64)
        mask = np.array([each.attention_mask for each in read], dtype=np.int64)
        (rows,) = self._session.run(None, {"ids": ids, "mask": mask})
        return [dict(zip(HEADS, map(float, row), strict=True)) for row in rows]


def tokenizer_of(pieces: Sequence[str]) -> Tokenizer:
    """Splits lower-case text without accents into the given word pieces; what is unknown becomes one piece."""
    known = {piece: place for place, piece in enumerate(pieces)}
    tokenizer = Tokenizer(WordPiece(known, unk_token=UNKNOWN, max_input_chars_per_word=60))
    plain = [normalizers.Replace(Regex(marks), one) for marks, one in _SAME_MARKS.items()]
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), *plain, normalizers.BertNormalizer(lowercase=True)]
    )
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single=f"{BEGIN} $A {END}", special_tokens=[(BEGIN, known[BEGIN]), (END, known[END])]
    )
    tokenizer.enable_padding(pad_id=known[PAD], pad_token=PAD)
    tokenizer.enable_truncation(MOST_TOKENS)
    return tokenizer


def load(language: str) -> Encoder | None:
    """The encoder of a language code such as "en"; None for a language that has none."""
    path = WEIGHTS / f"{language}.onnx"
    return Encoder(path) if path.exists() else None
