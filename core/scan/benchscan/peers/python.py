#!/usr/bin/python3
"""Reads grey pictures with zbar or zxing-cpp, for benchscan.

On each line of the input stands the name of a PGM file. On each line of the output
stands its answer: {"ms": time of the processor for reading alone, "texts": [...]}
"""
import json
import sys
import time

import numpy


def zbar():
    import zbar

    scanner = zbar.ImageScanner()
    scanner.parse_config("disable")
    scanner.parse_config("qrcode.enable")

    def read(pixels):
        height, width = pixels.shape
        picture = zbar.Image(width, height, "Y800", pixels.tobytes())
        start = time.process_time()
        scanner.scan(picture)
        took = time.process_time() - start
        return took, [symbol.data for symbol in picture]

    return read


def zxing():
    import zxingcpp

    def read(pixels):
        start = time.process_time()
        found = zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormat.QRCode)
        took = time.process_time() - start
        return took, [code.text for code in found]

    return read


read = {"zbar": zbar, "zxing-cpp": zxing}[sys.argv[1]]()
for line in sys.stdin:
    with open(line.rstrip("\n"), "rb") as file:
        file.readline()
        width, height = map(int, file.readline().split())
        file.readline()
        pixels = numpy.frombuffer(file.read(), dtype=numpy.uint8).reshape(height, width)
    took, texts = read(pixels)
    print(json.dumps({"ms": 1000 * took, "texts": texts}), flush=True)
