"""Makes the pictures of this folder, and pillow.txt with what Pillow reads from each: name, width, height, RGB in hex.

Written with Pillow 12.3.0. The values of g16.png are its high bytes, where Pillow clips 16 bits of grey; those of chunks.png, which Pillow refuses,
are what it is made of.
"""
import struct
import zlib

from PIL import Image, ImageOps


def picture(mode, width, height):
    image = Image.new(mode, (width, height))
    bands = len(image.getbands())
    for y in range(height):
        for x in range(width):
            value = tuple((x * 25 + y * 7 + 40 * c) % 256 for c in range(bands))
            image.putpixel((x, y), value if bands > 1 else value[0])
    return image


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(name, width, height, depth, colour, rows, before=b"", interlaced=0):
    raw = b"".join(b"\0" + bytes(row) for row in rows)
    open(name, "wb").write(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))
        + before + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))
    names.append(name)


def jpeg(name, image, **options):
    image.save(name, **options)
    names.append(name)


names = []
jpeg("420.jpg", picture("RGB", 19, 13), quality=90)
jpeg("422.jpg", picture("RGB", 19, 13), quality=90, subsampling=1)
jpeg("444.jpg", picture("RGB", 9, 7), subsampling=0)
jpeg("progressive.jpg", picture("RGB", 9, 7), progressive=True)
jpeg("grey.jpg", picture("L", 9, 7))
jpeg("rgb.jpg", picture("RGB", 9, 7), keep_rgb=True)
jpeg("cmyk.jpg", picture("CMYK", 9, 7))
adobe = bytearray(open("cmyk.jpg", "rb").read())
adobe[adobe.index(b"Adobe") + 11] = 2
open("ycck.jpg", "wb").write(adobe)
names.append("ycck.jpg")
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[274] = orientation
    jpeg("exif%d.jpg" % orientation, picture("RGB", 6, 4), exif=exif, quality=95, subsampling=0)
open("trailing.jpg", "wb").write(open("444.jpg", "rb").read() + b"trailing bytes")
names.append("trailing.jpg")
png("g1.png", 8, 1, 1, 0, [[0b10110001]])
png("g2.png", 4, 1, 2, 0, [[0b00011011]])
png("g4.png", 2, 1, 4, 0, [[0x3C]])
png("g8t.png", 2, 1, 8, 0, [[10, 20]], chunk(b"tRNS", bytes([0, 10])))
png("ga8.png", 2, 1, 8, 4, [[10, 0, 200, 255]])
png("ga16.png", 2, 1, 16, 4, [[10, 9, 0, 0, 200, 7, 255, 255]])
png("rgb8t.png", 2, 1, 8, 2, [[1, 2, 3, 4, 5, 6]], chunk(b"tRNS", bytes([0, 1, 0, 2, 0, 3])))
png("rgb16.png", 2, 1, 16, 2, [[1, 0xFF, 2, 0x80, 3, 0, 0xFE, 0xFF, 0x80, 0, 0x7F, 0xFF]])
png("rgba8.png", 2, 1, 8, 6, [[1, 2, 3, 0, 4, 5, 6, 255]])
palette = chunk(b"PLTE", bytes([1, 2, 3, 40, 50, 60, 7, 8, 9, 250, 251, 252]))
png("palette2.png", 4, 1, 2, 3, [[0b00011011]], palette + chunk(b"tRNS", bytes([0, 255])))
png("palette8.png", 4, 1, 8, 3, [[3, 0, 2, 1]], palette)
# Adam7 of 2 x 2: pass 1 has pixel (0,0), pass 6 (1,0), pass 7 row 1.
png("interlaced.png", 2, 2, 8, 2, [[1, 2, 3], [4, 5, 6], [7, 8, 9, 10, 11, 12]], interlaced=1)
exif = Image.Exif()
exif[274] = 6
picture("RGB", 3, 2).save("exif6.png", exif=exif)
names.append("exif6.png")
with open("pillow.txt", "w") as text:
    for name in names:
        image = ImageOps.exif_transpose(Image.open(name)).convert("RGB")
        text.write("%s %d %d %s\n" % (name, image.width, image.height, image.tobytes().hex()))
    png("g16.png", 2, 1, 16, 0, [[0x12, 0x34, 0xFF, 0xFF]])
    text.write("g16.png 2 1 121212ffffff\n")
    # A text of 10 MB and a colour profile that is none: nothing of the pixels, but too much for Pillow.
    png("chunks.png", 2, 1, 8, 2, [[1, 2, 3, 4, 5, 6]],
        chunk(b"iCCP", b"x\0\0" + zlib.compress(b"no profile"))
        + chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(10_000_000))))
    text.write("chunks.png 2 1 010203040506\n")
