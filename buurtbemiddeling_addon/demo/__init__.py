from . import loader, privacy
