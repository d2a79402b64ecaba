"""How loud each pitch is in each short window of a sound."""

import torch
from torch import Tensor


def spectrogram(input: Tensor, window: int, hop: int, logarithmic: bool) -> Tensor:
    """Take the sizes of the Fourier transforms of Hann windows, ``hop`` samples apart.

    input (B, S) -> (B, S // hop + 1, window // 2 + 1), with silence beyond the ends
    """
    hann = torch.hann_window(window, dtype=input.dtype, device=input.device)
    waves = torch.stft(
        input, window, hop, window=hann, pad_mode="constant", return_complex=True
    )
    loudness = waves.abs().transpose(1, 2)
    return loudness.log1p() if logarithmic else loudness
