"""Words that the demo school's people are made of. Nobody in it exists."""


def _list(text: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in text.split(","))


FIRST = _list("""
    Ada, Aaliyah, Abel, Adeola, Agnes, Aisha, Albie, Alma, Amara, Amir, Anya, Arlo, Asha, Astrid, Aurelio, Beatrix, Ben, Bilal,
    Bonnie, Caleb, Callum, Carys, Cassius, Chidi, Chloe, Clara, Cosmo, Daisy, Danil, Dara, Dexter, Dilan, Edie, Efe, Eliza, Elodie,
    Emre, Enid, Esme, Ezra, Farah, Felix, Fern, Finn, Flora, Freya, Gabriel, Georgia, Gethin, Greta, Gus, Hana, Harper, Hassan,
    Hattie, Hugo, Ibrahim, Ida, Imogen, Iris, Isaac, Isla, Ivo, Jago, Jasmin, Jax, Jemima, Joan, Jonah, Jude, Kai, Kamal, Kezia, Kit,
    Kofi, Lara, Leila, Leo, Lila, Linus, Lola, Luca, Mabel, Maddox, Maeve, Malik, Margot, Mateo, Mila, Mina, Miriam, Musa, Nadia,
    Naomi, Ned, Nia, Nico, Nina, Noah, Nora, Odette, Ola, Olga, Olive, Omar, Orla, Oscar, Otis, Otto, Pearl, Petra, Pip, Priya, Quinn,
    Rafi, Rania, Remy, Rhys, Rio, Rosa, Rowan, Ruby, Rufus, Saanvi, Sami, Saskia, Seb, Selma, Sid, Silas, Sofia, Sol, Stella, Suki,
    Tabitha, Talia, Tamsin, Tariq, Theo, Tilda, Toby, Tomasz, Uma, Una, Vera, Victor, Viola, Wilf, Willa, Yara, Yusuf, Zadie, Zain,
    Zara, Zofia
""")
LAST = _list("""
    Abara, Adeyemi, Ahmed, Akhtar, Allen, Anders, Asante, Bailey, Bakshi, Barker, Begum, Bell, Bianchi, Boateng, Booth, Brennan,
    Byrne, Carter, Chandra, Chen, Clarke, Cole, Cooper, Cruz, Dalal, Danso, Davies, Dean, Diaz, Doyle, Duarte, Dunn, Ellis, Eze,
    Farrell, Fisher, Flynn, Fofana, Ford, Fraser, Gallo, Garcia, Ghosh, Gibbs, Gill, Grant, Greene, Hale, Hamid, Harris, Hart, Hasan,
    Hayes, Holt, Hughes, Hussain, Ibe, Iqbal, Ivanov, James, Jankowski, Johal, Joshi, Kaur, Kelly, Khan, King, Kowal, Kumar, Lawal,
    Lee, Lewis, Lim, Lopez, Lowe, Malik, Mann, Marsh, Mason, Mensah, Miah, Mills, Moore, Moran, Morris, Musa, Nair, Nash, Ndlovu,
    Newman, Nguyen, Nowak, O'Brien, O'Neill, Obi, Odunsi, Okoro, Olsen, Osei, Owen, Page, Park, Patel, Payne, Pereira, Perry, Pillai,
    Popa, Price, Quaye, Rahman, Rana, Reid, Rice, Roberts, Rossi, Rowe, Ryan, Sadiq, Santos, Sato, Scott, Shah, Sharma, Shaw, Silva,
    Singh, Smart, Stone, Suleiman, Tan, Thomas, Todd, Tran, Turner, Uddin, Usman, Vance, Vega, Walsh, Ward, Webb, West, White, Wood,
    Wright, Yilmaz, Young, Zaman
""")
STREETS = _list("""
    Acorn, Alder, Aspen, Badger, Beacon, Birch, Bracken, Brook, Cherry, Clover, Cobble, Copse, Daisy, Elder, Fern, Finch, Foxglove,
    Gorse, Hawthorn, Hazel, Heron, Holly, Juniper, Kestrel, Larch, Lark, Linden, Maple, Meadow, Mill, Nettle, Oak, Orchard, Otter,
    Pear, Plum, Poplar, Quarry, Rowan, Sorrel, Spring, Swallow, Thistle, Violet, Walnut, Willow, Wren, Yew
""")
KINDS = _list("""
    Road, Close, Avenue, Lane, Gardens, Way, Court, Rise
""")
POSTCODES = _list("""
    CR0 1AA, CR0 2BD, CR0 4XG, CR0 5QP, CR0 6BA, CR2 6BJ, CR2 7EL, CR2 8QX, CR4 1JE, CR5 3AB, CR7 7JF, CR8 2LF, SE25 4PT, SE25 5NL,
    SW16 3LU
""")
LANGUAGES = _list("""
    Polish, Urdu, Romanian, Arabic, Portuguese, Tamil
""")
ACCESS_NEEDS = _list("""
    BSL interpreter, Interpreter needed, Large print, Text rather than call: hard of hearing
""")
