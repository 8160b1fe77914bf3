//! Addresses that look like a file but answer with a page, a redirect or a link of short life.

/// What a known site answers in place of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareKind {
    /// A page around the file.
    Page,
    /// A redirect, for large files a question first.
    Redirect,
    /// The file, for as long as the link is signed.
    Temporary,
    /// A tunnel to somebody's machine, with a warning page on some plans.
    Tunnel,
}

/// A known site that does not serve the plain file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Name of the site.
    pub site: &'static str,
    /// What it answers.
    pub kind: ShareKind,
}

/// Host, a part of the path, site, answer. The first row that fits counts.
const ROWS: &[(&str, &str, &str, ShareKind)] = &[
    ("drive.google.com", "/uc", "Google Drive", ShareKind::Redirect),
    ("drive.google.com", "", "Google Drive", ShareKind::Page),
    ("drive.usercontent.google.com", "", "Google Drive", ShareKind::Redirect),
    ("docs.google.com", "/uc", "Google Drive", ShareKind::Redirect),
    ("docs.google.com", "", "Google Docs", ShareKind::Page),
    ("photos.google.com", "", "Google Photos", ShareKind::Page),
    ("photos.app.goo.gl", "", "Google Photos", ShareKind::Page),
    ("www.dropbox.com", "", "Dropbox", ShareKind::Page),
    ("dropbox.com", "", "Dropbox", ShareKind::Page),
    ("onedrive.live.com", "", "OneDrive", ShareKind::Page),
    ("1drv.ms", "", "OneDrive", ShareKind::Page),
    ("sharepoint.com", "", "SharePoint", ShareKind::Page),
    ("icloud.com", "", "iCloud", ShareKind::Page),
    ("box.com", "/s/", "Box", ShareKind::Page),
    ("wetransfer.com", "", "WeTransfer", ShareKind::Page),
    ("we.tl", "", "WeTransfer", ShareKind::Page),
    ("cdn.discordapp.com", "", "Discord", ShareKind::Temporary),
    ("media.discordapp.net", "", "Discord", ShareKind::Temporary),
    ("discord.com", "/channels/", "Discord", ShareKind::Page),
    ("api.telegram.org", "/file/", "Telegram bot file", ShareKind::Temporary),
    ("t.me", "", "Telegram", ShareKind::Page),
    ("github.com", "/blob/", "GitHub", ShareKind::Page),
    ("gist.github.com", "", "GitHub Gist", ShareKind::Page),
    ("gitlab.com", "/blob/", "GitLab", ShareKind::Page),
    ("huggingface.co", "/blob/", "Hugging Face", ShareKind::Page),
    ("youtube.com", "", "YouTube", ShareKind::Page),
    ("youtu.be", "", "YouTube", ShareKind::Page),
    ("vimeo.com", "", "Vimeo", ShareKind::Page),
    ("tiktok.com", "", "TikTok", ShareKind::Page),
    ("douyin.com", "", "Douyin", ShareKind::Page),
    ("bilibili.com", "", "Bilibili", ShareKind::Page),
    ("xiaohongshu.com", "", "Xiaohongshu", ShareKind::Page),
    ("instagram.com", "", "Instagram", ShareKind::Page),
    ("facebook.com", "", "Facebook", ShareKind::Page),
    ("x.com", "/status/", "X", ShareKind::Page),
    ("twitter.com", "/status/", "X", ShareKind::Page),
    ("pinterest.com", "/pin/", "Pinterest", ShareKind::Page),
    ("pin.it", "", "Pinterest", ShareKind::Page),
    ("ibb.co", "", "ImgBB", ShareKind::Page),
    ("postimg.cc", "", "Postimages", ShareKind::Page),
    ("prnt.sc", "", "Lightshot", ShareKind::Page),
    ("imgur.com", "", "Imgur", ShareKind::Page),
    ("flickr.com", "/photos/", "Flickr", ShareKind::Page),
    ("unsplash.com", "/photos/", "Unsplash", ShareKind::Page),
    ("pexels.com", "/photo/", "Pexels", ShareKind::Page),
    ("wikipedia.org", "/wiki/", "Wikipedia", ShareKind::Page),
    ("commons.wikimedia.org", "/wiki/", "Wikimedia Commons", ShareKind::Page),
    ("canva.com", "", "Canva", ShareKind::Page),
    ("figma.com", "", "Figma", ShareKind::Page),
    ("notion.so", "", "Notion", ShareKind::Page),
    ("pan.baidu.com", "", "Baidu Pan", ShareKind::Page),
    ("pan.quark.cn", "", "Quark", ShareKind::Page),
    ("disk.yandex.ru", "", "Yandex Disk", ShareKind::Page),
    ("mega.nz", "", "MEGA", ShareKind::Page),
    ("mediafire.com", "/file/", "MediaFire", ShareKind::Page),
    ("fbcdn.net", "", "Facebook", ShareKind::Temporary),
    ("cdninstagram.com", "", "Instagram", ShareKind::Temporary),
    ("ngrok.io", "", "ngrok", ShareKind::Tunnel),
    ("ngrok.app", "", "ngrok", ShareKind::Tunnel),
    ("ngrok-free.app", "", "ngrok", ShareKind::Tunnel),
    ("ngrok-free.dev", "", "ngrok", ShareKind::Tunnel),
    ("loca.lt", "", "localtunnel", ShareKind::Tunnel),
    ("trycloudflare.com", "", "Cloudflare tunnel", ShareKind::Tunnel),
];

/// Hosts of plain files under the names above.
const DIRECT: [&str; 8] = [
    "dl.dropboxusercontent.com",
    "dl.dropbox.com",
    "i.imgur.com",
    "i.ibb.co",
    "i.postimg.cc",
    "player.vimeo.com",
    "dl.boxcloud.com",
    "live.staticflickr.com",
];

/// Reads host, path and query (names in lower case).
pub(super) fn read(host: &str, path: &str, query: &[(String, String)]) -> Option<Share> {
    let on = |name: &str| query.iter().any(|(key, value)| key == name && matches!(value.as_str(), "1" | "true"));
    if DIRECT.contains(&host) || host.ends_with("github.com") && (on("raw") || path.contains("/raw/")) {
        return None;
    }
    let under = |name: &str| host == name || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
    let row = ROWS.iter().find(|(name, part, ..)| under(name) && path.contains(part))?;
    let direct = row.2 == "Dropbox" && (on("dl") || on("raw")) || row.2 == "SharePoint" && on("download");
    let kind = if direct { ShareKind::Redirect } else { row.3 };
    Some(Share { site: row.2, kind })
}
