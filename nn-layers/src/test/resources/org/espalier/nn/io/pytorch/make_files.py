#!/usr/bin/env python3
"""Writes the test files of this folder as torch.save does, without torch: python3 make_files.py

Python's own pickler writes the pickles. What it must refer to (torch.FloatStorage, torch._utils._rebuild_tensor_v2, ...)
stands here as empty modules of those names; how tensors and storages are put is that of torch/serialization.py:
_save (zip, since 1.6) and _legacy_save (before), and torch/_tensor.py: _reduce_ex_internal.
"""
import argparse
import collections
import copy
import io
import os
import pickle
import struct
import sys
import types
import zipfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def module(name):
    sys.modules[name] = types.ModuleType(name)
    return sys.modules[name]


def function(where, name):
    made = types.FunctionType((lambda: None).__code__, {}, name)
    made.__module__, made.__qualname__ = where.__name__, name
    setattr(where, name, made)
    return made


torch = module("torch")
utils = module("torch._utils")
tensors = module("torch._tensor")
rebuild_tensor_v2 = function(utils, "_rebuild_tensor_v2")
rebuild_parameter = function(utils, "_rebuild_parameter")
rebuild_from_type = function(tensors, "_rebuild_from_type_v2")
Size = type("Size", (tuple,), {"__module__": "torch", "__reduce__": lambda self: (Size, (tuple(self),))})
torch.Size = Size
torch.Tensor = type("Tensor", (), {"__module__": "torch"})

STORAGES = {}
for letter, name in {"f4": "Float", "f8": "Double", "f2": "Half", "bf": "BFloat16", "i8": "Long", "i4": "Int",
                     "i2": "Short", "i1": "Char", "u1": "Byte", "b1": "Bool"}.items():
    STORAGES[letter] = type(name + "Storage", (), {"__module__": "torch"})
    setattr(torch, name + "Storage", STORAGES[letter])


class Storage:
    """A flat run of numbers; letter is numpy's code of the type, or bf."""

    def __init__(self, letter, values):
        self.letter = letter
        self.count = len(values)
        if letter == "bf":
            self.data = (np.asarray(values, "<f4").view("<u4") >> 16).astype("<u2").tobytes()
        else:
            self.data = np.asarray(values).astype("<" + letter if letter != "b1" else "?").tobytes()


class Tensor:
    def __init__(self, storage, size, stride=None, offset=0):
        self.storage, self.size, self.offset = storage, tuple(size), offset
        if stride is None:
            stride = [int(np.prod(self.size[i + 1:])) for i in range(len(self.size))]
        self.stride = tuple(stride)

    def arguments(self):
        return self.storage, self.offset, self.size, self.stride, False, collections.OrderedDict()

    def __reduce_ex__(self, protocol):
        return rebuild_tensor_v2, self.arguments()


class Parameter(Tensor):
    def __reduce_ex__(self, protocol):
        data = Tensor(self.storage, self.size, self.stride, self.offset)
        return rebuild_parameter, (data, True, collections.OrderedDict())


class Labelled(Tensor):
    """A tensor with an attribute of its own."""

    def __reduce_ex__(self, protocol):
        return rebuild_from_type, (rebuild_tensor_v2, torch.Tensor, self.arguments(), {"label": "mine"})


def tensor(letter, values):
    array = np.asarray(values)
    return Tensor(Storage(letter, array.reshape(-1)), array.shape)


class Pickler(pickle.Pickler):
    def __init__(self, file, legacy, protocol):
        super().__init__(file, protocol)
        self.legacy, self.keys, self.storages = legacy, {}, {}

    def persistent_id(self, value):
        if not isinstance(value, Storage):
            return None
        first = 94000000000000 if self.legacy else 0  # legacy keys are addresses
        key = self.keys.setdefault(id(value), str(first + 64 * len(self.keys) if self.legacy else len(self.keys)))
        self.storages[key] = value
        pid = ("storage", STORAGES[value.letter], key, "cpu", value.count)
        return pid + (None,) if self.legacy else pid


def save_zip(name, value, protocol=2, compression=zipfile.ZIP_STORED, order="little", overlap=False):
    data = io.BytesIO()
    pickler = Pickler(data, False, protocol)
    pickler.dump(value)
    top = os.path.splitext(name)[0]
    with zipfile.ZipFile(os.path.join(HERE, name), "w", compression) as archive:
        def add(entry, content):
            info = zipfile.ZipInfo(f"{top}/{entry}", (1980, 1, 1, 0, 0, 0))
            info.compress_type = compression
            start = archive.fp.tell() + 30 + len(info.filename) + 4
            padding = -start % 64
            info.extra = struct.pack("<2sH", b"FB", padding) + b"Z" * padding  # numbers begin at multiples of 64
            archive.writestr(info, content)

        add("data.pkl", data.getvalue())
        add("byteorder", order)
        for key in sorted(pickler.storages):
            storage = pickler.storages[key]
            content = storage.data
            if order == "big":
                content = np.frombuffer(content, "<" + storage.letter).astype(">" + storage.letter).tobytes()
            if overlap and key != "0":  # another name for the first one's bytes
                alias = copy.copy(archive.getinfo(f"{top}/data/0"))
                alias.filename = f"{top}/data/{key}"
                archive.filelist.append(alias)
            else:
                add(f"data/{key}", content)
        add("version", "3\n")


def save_legacy(name, value, protocol=2):
    with open(os.path.join(HERE, name), "wb") as file:
        pickle.dump(0x1950A86A20F9469CFC6C, file, protocol)
        pickle.dump(1001, file, protocol)
        sizes = {"short": 2, "int": 4, "long": 4}
        pickle.dump({"protocol_version": 1001, "little_endian": True, "type_sizes": sizes}, file, protocol)
        pickler = Pickler(file, True, protocol)
        pickler.dump(value)
        keys = sorted(pickler.storages)
        pickle.dump(keys, file, protocol)
        for key in keys:
            file.write(struct.pack("<q", pickler.storages[key].count))
            file.write(pickler.storages[key].data)


class StateDict(collections.OrderedDict):
    """Saved as an OrderedDict with the attribute _metadata, as state_dict() gives it."""

    def __reduce_ex__(self, protocol):
        metadata = collections.OrderedDict([("", {"version": 1}), ("bn", {"version": 2})])
        return collections.OrderedDict, (), {"_metadata": metadata}, None, iter(self.items())


def kinds():
    """One tensor of each kind that can occur."""
    shared = Storage("f4", np.arange(12))
    return StateDict([
        ("contiguous", tensor("f4", [[0.5, -1.25, 3], [1e-3, 1e30, -0.0]])),
        ("transposed", Tensor(Storage("f4", np.arange(6)), (3, 2), (1, 3))),
        ("every_other", Tensor(shared, (2, 3), (6, 2), 1)),
        ("same_storage", Tensor(shared, (3, 4))),
        ("channels_last", Tensor(Storage("f4", np.arange(24)), (1, 2, 3, 4), (24, 1, 8, 2))),
        ("double", tensor("f8", [0.1, 1e300])),
        ("half", tensor("f2", [1.5, -65504, 2.0 ** -24])),
        ("bfloat", tensor("bf", [1.0, -3.140625, 1e38])),
        ("long", Tensor(Storage("i8", [391]), ())),
        ("longs", tensor("i8", [2 ** 62, -1])),
        ("ints", Tensor(Storage("i4", [1, -2, 3, 4]), (2,), (2,), 1)),
        ("short", tensor("i2", [-32768])),
        ("char", tensor("i1", [-128, 127])),
        ("bytes", tensor("u1", [0, 255])),
        ("truths", Tensor(Storage("b1", [1, 0, 0, 1]), (2, 2), (1, 2))),
        ("empty", Tensor(Storage("f4", []), (0, 3))),
        ("parameter", Parameter(Storage("f4", [7, 8]), (2,))),
        ("labelled", Labelled(Storage("f4", [9]), (1,))),
    ])


def toy(prefix=""):
    """The weights of a small network: conv 2 to 3 channels 1x1, batch norm, dense 3 to 2; the i-th value of all is i / 8."""
    count = 0

    def next_values(*shape):
        nonlocal count
        values = (np.arange(int(np.prod(shape))) + count) / 8
        count += values.size
        return tensor("f4", values.reshape(shape))

    return StateDict([
        (prefix + "conv.weight", next_values(3, 2, 1, 1)),
        (prefix + "bn.weight", next_values(3)),
        (prefix + "bn.bias", next_values(3)),
        (prefix + "bn.running_mean", next_values(3)),
        (prefix + "bn.running_var", next_values(3)),
        (prefix + "bn.num_batches_tracked", Tensor(Storage("i8", [391]), ())),
        (prefix + "fc.weight", next_values(2, 3)),
        (prefix + "fc.bias", next_values(2)),
    ])


def pruned():
    """After torch.nn.utils.prune on conv and fc."""
    weights = toy()
    for name, mask in ("conv", [[[[1]], [[0]]], [[[0]], [[1]]], [[[1]], [[1]]]]), ("fc", [[1, 0, 0], [0, 1, 1]]):
        weights[name + ".weight_orig"] = weights.pop(name + ".weight")
        weights[name + ".weight_mask"] = tensor("f4", mask)
    return weights


class Evil:
    def __reduce__(self):
        return os.system, ("exit 1",)


def main():
    save_zip("kinds.pth", kinds())
    save_zip("kinds-protocol5.pt", kinds(), protocol=5)
    save_legacy("kinds-legacy.pth", kinds())
    save_zip("toy.pth", toy())
    big = toy()
    save_zip("toy-big-endian.pth", big, order="big")
    checkpoint = {
        "epoch": 164, "arch": "resnet", "best_prec1": tensor("f8", 92.5), "lr": 0.1, "shape": Size((1, 2)), "none": None,
        "done": True, "state_dict": toy("module."), "milestones": collections.Counter([100, 150]), "tags": {"a"},
        "large": 2 ** 70, "raw": b"\x00\xff", "optimizer": {
            "state": {0: {"step": 5, "momentum_buffer": tensor("f4", [1, 2])}},
            "param_groups": [{"lr": 0.1, "betas": (0.9, 0.999), "params": [0]}]}}
    save_zip("checkpoint.pth", checkpoint)
    save_legacy("checkpoint-legacy.th", checkpoint)
    save_zip("pruned.pth", pruned())
    save_zip("namespace.pth", {"state_dict": toy(), "args": argparse.Namespace(lr=0.1)})
    save_legacy("system-legacy.pth", {"state_dict": toy(), "evil": Evil()})
    save_zip("compressed.pth", toy(), compression=zipfile.ZIP_DEFLATED)
    save_zip("overlap.pth", StateDict((f"w{i}", tensor("f4", np.zeros(400))) for i in range(9)), overlap=True)


if __name__ == "__main__":
    main()
